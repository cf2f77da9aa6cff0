import { ExpertError } from "../../core/errors.ts";
import { createFakePager } from "../fakes/pager.ts";
import { pagerContract, type PagerFault } from "./pager.ts";

const errors: Record<PagerFault, ExpertError> = {
  busy: new ExpertError("rate_limited", "It is busy.", { facts: { retryAfterMs: 1_000 } }),
  broken: new ExpertError("channel_unavailable", "It is broken."),
  credentials: new ExpertError("unauthenticated", "It does not know us."),
  unreachable: new ExpertError("channel_unavailable", "It is not there.", { facts: { reached: false } }),
  lost: new ExpertError("channel_unavailable", "No answer came."),
};

pagerContract("memory", async () => {
  const pager = createFakePager();
  const ana = { name: "Ana", email: "ana@vendor.example" };
  const ben = { name: "Ben", email: "ben@vendor.example" };
  pager.onCallNow = [ana];
  pager.people.push(ana, ben);
  const newest = (key: string) => {
    const incident = pager.ofKey(key);
    if (!incident) throw new Error(`There is no ${key}.`);
    return incident;
  };
  return {
    pager,
    withoutRest: pager.withoutRest(),
    onCall: [ana],
    other: ben,
    incidents: (key) => pager.incidents.filter((incident) => incident.key === key),
    acknowledge: (key, by) => {
      pager.set(newest(key), "acknowledged", by);
    },
    resolve: (key, by) => {
      pager.set(newest(key), "resolved", by);
    },
    annotate: (key, by, text) => {
      pager.annotate(newest(key), by, text);
    },
    failNext: (fault) => {
      pager.failNext({ error: errors[fault] });
    },
    close: async () => undefined,
  };
});
