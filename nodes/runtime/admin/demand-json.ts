import type { RequestHandler } from "express";

/**
 * Accepts only requests that say they are JSON. If Node-RED requires no log-in, any page in the user's browser could otherwise press
 * our buttons: a form cannot say so, and a script of another site would need permission to.
 */
export const demandJson: RequestHandler = (request, response, next) => {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() === "application/json") next();
  else response.sendStatus(415);
};
