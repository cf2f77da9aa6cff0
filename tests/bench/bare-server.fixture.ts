// What the least server would cost that answers nothing and loses nothing: node:http, one INSERT per question that waits
// for the disk, one JSON answer. Run with a database's address as the argument; it prints its own.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.argv[2], max: 12 });
await pool.query(
  "create table if not exists questions (id bigint generated always as identity primary key, body text)",
);

const server = createServer((request, response) => {
  text(request)
    .then((body) =>
      pool.query<{ id: string }>({
        name: "keep",
        text: "insert into questions (body) values ($1) returning id",
        values: [(JSON.parse(body) as { question: string }).question],
      }),
    )
    .then(({ rows }) => {
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ id: rows[0]?.id }));
    })
    .catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
