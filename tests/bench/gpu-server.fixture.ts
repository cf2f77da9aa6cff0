// The simulated GPU server in a process of its own, so that it takes no time from those who ask it.
import { startGpuServer } from "../gpu-server/start-gpu-server.ts";
import { answerOrders } from "./answer-orders.ts";

const server = await startGpuServer();

answerOrders((_order: { readonly kind: "state" }) => Promise.resolve({ url: server.url, ...server.state() }));
