/** An Express handler behind express.json, as Node-RED's own Express would run it. */
import { createServer } from "node:http";
import express from "express";
import { listen } from "./listen";

const app = express();
// As much as an endpoint takes.
app.use(express.json({ limit: "2mb" }));
app.post("/hapana/checkIn", (request, response) => {
  response.json({ status: request.body ? "accepted" : "" });
});
listen(createServer(app));
