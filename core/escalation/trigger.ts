/**
 * What escalates a question. `overdue`: nobody decided on its approval in time, or somebody escalated it by hand.
 * `rejected`: an expert rejected the draft without correcting it. `asked_for`: a person asked for a human. `critical`: the
 * router found words of an emergency in it. `wrong`: somebody called the answer that was sent wrong.
 */
export const escalationTriggers = ["overdue", "rejected", "asked_for", "critical", "wrong"] as const;
export type EscalationTrigger = (typeof escalationTriggers)[number];

/** PagerDuty's four severities (https://developer.pagerduty.com/docs/events-api-v2/overview/), mildest first. */
export const severities = ["info", "warning", "error", "critical"] as const;
export type Severity = (typeof severities)[number];
