/** The limit: node:http reads and parses the body, compares the token, and answers 200. */
import { createServer } from "node:http";
import { listen } from "./listen";

const answer = JSON.stringify({ status: "accepted" });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    if (chunks.length > 0) JSON.parse(Buffer.concat(chunks).toString());
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": answer.length });
    response.end(answer);
  });
});
listen(server);
