import type { RequestHandler } from "express";

/**
 * Lets only requests pass that say they are JSON. Where Node-RED asks for no log-in, any page in the user's browser could else press
 * our buttons: a form cannot say so, and a script of another site would have to be allowed to.
 */
export const demandJson: RequestHandler = (request, response, next) => {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() === "application/json") next();
  else response.sendStatus(415);
};
