import { useQuery } from "@tanstack/react-query";
import { documentTextSchema } from "../../../bots/http/contract/knowledge.ts";
import { call } from "../api/http-client.ts";

export function useDocumentText(documentId: string) {
  return useQuery({
    queryKey: ["document-text", documentId],
    staleTime: 60_000,
    queryFn: ({ signal }) => call(documentTextSchema, `/v1/documents/${documentId}/passages`, { signal }),
  });
}
