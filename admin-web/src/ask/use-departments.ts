import { useQuery } from "@tanstack/react-query";
import { departmentListSchema } from "../../../bots/http/contract/identity.ts";
import { call } from "../api/http-client.ts";

export function useDepartments() {
  return useQuery({
    queryKey: ["departments"],
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await call(departmentListSchema, "/v1/departments", { signal })).items,
  });
}
