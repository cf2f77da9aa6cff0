import type { SecretsOf, SettingsOf } from "../../core/connections/connection-settings.ts";
import type { ConnectionTest } from "../../core/escalation/ticket-system.ts";
import type { JiraApi } from "./client/jira-api.ts";
import { personOf } from "./read-comments.ts";

/** What the account needs, by Jira's names, with Jira's words for them. */
export const neededPermissions = {
  BROWSE_PROJECTS: "Browse Projects",
  CREATE_ISSUES: "Create Issues",
  ADD_COMMENTS: "Add Comments",
  TRANSITION_ISSUES: "Transition Issues",
  CREATE_ATTACHMENTS: "Create Attachments",
} as const;
const names = Object.keys(neededPermissions) as (keyof typeof neededPermissions)[];

/** Who the account is at Jira, and what it lacks there in every project. */
export async function diagnoseJira(
  api: JiraApi,
  { webhook_secrets: secrets }: Pick<SecretsOf<"jira">, "webhook_secrets">,
  { poll_seconds: pollSeconds }: Pick<SettingsOf<"jira">, "poll_seconds">,
): Promise<ConnectionTest> {
  const { name, email } = personOf(await api.myself());
  const permissions = await api.permissions(names);
  const missing = names.filter((one) => permissions[one]?.havePermission !== true);
  return {
    as: email === null ? name : `${name} (${email})`,
    faults: [
      ...missing.map((one) => ({
        fault: `The account may not: ${neededPermissions[one]}.`,
        remedy: `Give it the permission “${neededPermissions[one]}” in the permission scheme of the project.`,
      })),
      ...(secrets.length > 0 || pollSeconds !== null
        ? []
        : [
            {
              fault: "Nothing that happens in Jira comes back: there is no webhook secret, and no polling.",
              remedy:
                "Enter a secret in the connection and the same in Jira's webhook, or set a polling interval.",
            },
          ]),
    ],
  };
}
