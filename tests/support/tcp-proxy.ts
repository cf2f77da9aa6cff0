import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** The network between two processes. */
export interface TcpProxy {
  readonly port: number;
  /** Ways through it that are open. */
  readonly open: number;
  /** From now on nothing comes through, in either direction, and nobody is told: as where a cable is pulled. */
  cut(): void;
  /** What was held back comes through again, as TCP sends it again; or each way is closed, as by a firewall that has forgotten it. */
  mend(how: "goes on" | "closes"): void;
  close(): Promise<void>;
}

/** Passes on to a port of this machine whatever comes to its own. */
export async function startTcpProxy(to: number): Promise<TcpProxy> {
  const ways = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  const hold = (sockets: readonly Socket[]): void => {
    for (const socket of sockets) socket.pause();
  };
  const server = createServer({ pauseOnConnect: true }, (near) => {
    const far = connect(to, "127.0.0.1");
    const way = [near, far] as const;
    ways.add(way);
    const pass = (from: Socket, into: Socket): void => {
      from.on("data", (chunk) => {
        if (!into.write(chunk)) from.pause();
      });
      into.on("drain", () => {
        if (!isCut) from.resume();
      });
      from.on("error", () => undefined);
      from.on("close", () => {
        ways.delete(way);
        // The end of one side does not come through either.
        if (!isCut) into.destroy();
        else closedWhileCut.add(into);
      });
    };
    pass(near, far);
    pass(far, near);
    if (isCut) hold(way);
    else near.resume();
  });
  const closedWhileCut = new Set<Socket>();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const destroyAll = (): void => {
    for (const socket of [...ways].flat()) socket.destroy();
  };
  return {
    port,
    get open() {
      return ways.size;
    },
    cut() {
      isCut = true;
      for (const way of ways) hold(way);
    },
    mend(how) {
      isCut = false;
      for (const socket of closedWhileCut) socket.destroy();
      closedWhileCut.clear();
      if (how === "closes") destroyAll();
      else for (const socket of [...ways].flat()) socket.resume();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        destroyAll();
        for (const socket of closedWhileCut) socket.destroy();
      }),
  };
}
