import { once } from "node:events";
import { createServer } from "node:net";

const nodeRedsOwn = 1880;

/**
 * Chooses the port to listen on.
 * @param wanted the environment variable `PORT`; Node-RED's own 1880 if not set
 * @param command the command that was run
 * @throws Error with a clear message, if it is invalid or in use
 */
export async function choosePort(wanted: string | undefined, command = "npm start"): Promise<number> {
  const port = wanted ? Number(wanted) : nodeRedsOwn;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT is "${wanted}", which is not a port. Use a number from 1 to 65535, such as PORT=1881.`);
  }
  await requireFree(port, command);
  return port;
}

async function requireFree(port: number, command: string): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES")
      throw new Error(`Port ${port} is not allowed for this user. Use one above 1023: PORT=1881 ${command}`);
    throw new Error(
      `Port ${port} is taken, perhaps by another Node-RED. Stop that, or use another: PORT=${port + 1} ${command}`,
    );
  } finally {
    server.close();
  }
}
