import { Button, Fieldset, Group, NumberInput, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PolicyView } from "../../../bots/http/contract/approval-policy.ts";

type Level = PolicyView["policy"]["levels"][number];
type Approvers = Level["approvers"];

interface PolicyLevelProps {
  /** From 1. */
  readonly number: number;
  readonly level: Level;
  readonly onChange: (level: Level) => void;
  /** Null for the only one. */
  readonly onRemove: (() => void) | null;
}

const none = "none";
const roles = ["approver", "lead", none] as const;
const noPeople: string[] = [];

/** Who decides at a level, how many of them, and when others are asked. */
export function PolicyLevel({ number, level, onChange, onRemove }: PolicyLevelProps) {
  const { t } = useTranslation();
  const { role, people, on_call: onCall } = level.approvers;
  const name = (part: Approvers): void => {
    onChange({ ...level, approvers: part });
  };
  const withOthers = (part: Partial<Approvers>): Approvers => {
    const all = { role, people, on_call: onCall, ...part };
    return {
      ...(all.role === undefined ? {} : { role: all.role }),
      ...(all.people === undefined || all.people.length === 0 ? {} : { people: all.people }),
      ...(all.on_call === undefined || all.on_call === "" ? {} : { on_call: all.on_call }),
    };
  };
  return (
    <Fieldset legend={t("approvals.policy.level", { number })}>
      <Stack gap="sm">
        <Select
          label={t("approvals.policy.role")}
          value={role ?? none}
          allowDeselect={false}
          data={roles.map((value) => ({ value, label: t(`approvals.policy.roles.${value}`) }))}
          onChange={(value) => {
            name(withOthers({ role: value === "approver" || value === "lead" ? value : undefined }));
          }}
        />
        <TagsInput
          label={t("approvals.policy.people")}
          value={people ?? noPeople}
          acceptValueOnBlur
          onChange={(value) => {
            name(withOthers({ people: value }));
          }}
        />
        <TextInput
          label={t("approvals.policy.onCall")}
          value={onCall ?? ""}
          onChange={(event) => {
            name(withOthers({ on_call: event.currentTarget.value }));
          }}
        />
        <Group grow align="flex-start">
          <NumberInput
            label={t("approvals.policy.agree")}
            value={level.required}
            min={1}
            max={10}
            allowDecimal={false}
            hideControls
            onChange={(value) => {
              if (typeof value === "number") onChange({ ...level, required: value });
            }}
          />
          <TextInput
            label={t("approvals.policy.remindAfter")}
            value={level.remind_after}
            onChange={(event) => {
              onChange({ ...level, remind_after: event.currentTarget.value });
            }}
          />
          <TextInput
            label={t("approvals.policy.nextAfter")}
            value={level.next_after}
            onChange={(event) => {
              onChange({ ...level, next_after: event.currentTarget.value });
            }}
          />
        </Group>
        {onRemove !== null && (
          <Button variant="default" size="compact-sm" style={{ alignSelf: "flex-start" }} onClick={onRemove}>
            {t("approvals.policy.removeLevel", { number })}
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}
