import type { ChildMessage, ExtractionRequest } from "./child-protocol.ts";
import { dieWithParent, lockDown } from "./child-lockdown.ts";

// The entry of the extraction process: started by extraction-child.ts, and by nothing else.
const send = (message: ChildMessage): void => {
  if (process.connected) process.send?.(message);
};

process.on("disconnect", () => process.exit(0));
dieWithParent(Number(process.argv[2]));
lockDown();

const { extractDocument } = await import("./extract-document.ts");
const { refusalOf } = await import("./refusal.ts");

process.on("message", (request: ExtractionRequest) => {
  extractDocument(request).then(
    (extracted) => {
      send({ kind: "extracted", id: request.id, extracted });
    },
    (error: unknown) => {
      send({ kind: "refused", id: request.id, refusal: refusalOf(error) });
    },
  );
});
send({ kind: "ready" });
