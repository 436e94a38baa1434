/** An Express handler behind express.json, as Node-RED's own Express would run it. */
import express from "express";

const app = express();
app.use(express.json());
app.post("/hapana/checkIn", (request, response) => {
  response.json({ status: request.body ? "accepted" : "" });
});
app.listen(Number(process.env.PORT), "127.0.0.1");
