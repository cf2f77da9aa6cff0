import { expect, it } from "@jest/globals";
import { noConnection } from "./translate-answer.ts";

const failed = (cause: object): Error => Object.assign(new TypeError("fetch failed"), { cause });
const system = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });

it.each([
  failed(system("ENOTFOUND", "getaddrinfo")),
  failed(system("ECONNREFUSED", "connect")),
  failed(system("EHOSTUNREACH", "connect")),
  failed(system("ETIMEDOUT", "connect")),
  failed({ name: "ConnectTimeoutError", code: "UND_ERR_CONNECT_TIMEOUT" }),
  failed({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
  failed({ code: "CERT_HAS_EXPIRED" }),
  failed({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
  failed(new AggregateError([system("ECONNREFUSED", "connect"), system("ENETUNREACH", "connect")])),
])("knows that nothing was sent: %#", (error) => {
  expect(noConnection(error)).toMatchObject({
    code: "channel_unavailable",
    facts: { reached: false },
    remedy: expect.any(String),
  });
});

it.each([
  failed(system("ECONNRESET", "read")),
  failed(system("EHOSTUNREACH", "read")),
  failed(system("EPIPE", "write")),
  failed({ code: "UND_ERR_SOCKET" }),
  failed({ code: "UND_ERR_HEADERS_TIMEOUT" }),
  new DOMException("The operation was aborted due to timeout", "TimeoutError"),
  "odd",
  null,
])("leaves it in doubt: %#", (error) => {
  expect(noConnection(error)).toMatchObject({ code: "channel_unavailable", facts: {} });
});
