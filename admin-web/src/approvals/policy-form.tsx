import { Button, Checkbox, Group, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PolicyView } from "../../../bots/http/contract/approval-policy.ts";
import { PolicyHours } from "./policy-hours.tsx";
import { PolicyLevel } from "./policy-level.tsx";
import classes from "./settings-page.module.css";
import type { PolicyChange } from "./use-policy.ts";

type Policy = PolicyView["policy"];

interface PolicyFormProps {
  readonly policy: Policy;
  readonly saving: boolean;
  readonly onSave: (change: PolicyChange) => void;
}

const labels = ["public", "confidential", "restricted"] as const;
const mostLevels = 5;

/** The fields that departments commonly set; the rest stays as it is in the policy's text. */
export function PolicyForm({ policy, saving, onSave }: PolicyFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Policy>(policy);
  const change = (part: Partial<Policy>): void => {
    setDraft((old) => ({ ...old, ...part }));
  };
  return (
    <form
      className={classes["section"]}
      onSubmit={(event) => {
        event.preventDefault();
        onSave({ policy: draft });
      }}
    >
      <Select
        label={t("approvals.policy.requiredFor")}
        value={draft.required_for}
        allowDeselect={false}
        data={(["none", "new_answers", "all"] as const).map((value) => ({
          value,
          label: t(`approvals.policy.required.${value}`),
        }))}
        onChange={(value) => {
          if (value !== null) change({ required_for: value });
        }}
      />
      <NumberInput
        label={t("approvals.policy.threshold")}
        value={draft.auto_approve_confidence}
        min={0}
        max={1}
        step={0.05}
        hideControls
        onChange={(value) => {
          if (typeof value === "number") change({ auto_approve_confidence: value });
        }}
      />
      <NumberInput
        label={t("approvals.policy.budget")}
        description={t("approvals.policy.budgetText")}
        value={draft.error_budget ?? ""}
        min={0}
        max={1}
        step={0.01}
        hideControls
        onChange={(value) => {
          change({ error_budget: typeof value === "number" ? value : null });
        }}
      />
      <Checkbox.Group
        label={t("approvals.policy.labels")}
        value={[...draft.sensitive_labels]}
        onChange={(values) => {
          change({ sensitive_labels: labels.filter((label) => values.includes(label)) });
        }}
      >
        <Group mt="xs">
          {labels.map((label) => (
            <Checkbox key={label} value={label} label={t(`knowledge.sensitivities.${label}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Switch
        label={t("approvals.policy.whenNothing")}
        checked={draft.ask_when_nothing_found}
        onChange={(event) => {
          change({ ask_when_nothing_found: event.currentTarget.checked });
        }}
      />
      <Switch
        label={t("approvals.policy.showDraft")}
        checked={draft.show_draft}
        onChange={(event) => {
          change({ show_draft: event.currentTarget.checked });
        }}
      />
      {draft.levels.map((level, index) => (
        <PolicyLevel
          // Levels have no other name than their place.
          key={index}
          number={index + 1}
          level={level}
          onChange={(changed) => {
            change({ levels: draft.levels.map((one, at) => (at === index ? changed : one)) });
          }}
          onRemove={
            draft.levels.length === 1
              ? null
              : () => {
                  change({ levels: draft.levels.filter((_one, at) => at !== index) });
                }
          }
        />
      ))}
      {draft.levels.length < mostLevels && (
        <Button
          variant="default"
          style={{ alignSelf: "flex-start" }}
          onClick={() => {
            const last = draft.levels.at(-1);
            if (last) change({ levels: [...draft.levels, { ...last, approvers: { role: "lead" } }] });
          }}
        >
          {t("approvals.policy.addLevel")}
        </Button>
      )}
      <Select
        label={t("approvals.policy.timeOut")}
        value={draft.on_time_out}
        allowDeselect={false}
        data={(["escalate", "tell"] as const).map((value) => ({
          value,
          label: t(`approvals.policy.timeOuts.${value}`),
        }))}
        onChange={(value) => {
          if (value !== null) change({ on_time_out: value });
        }}
      />
      <PolicyHours
        hours={draft.working_hours}
        onChange={(working_hours) => {
          change({ working_hours });
        }}
      />
      <TextInput
        label={t("approvals.policy.signIn")}
        description={t("approvals.policy.signInText")}
        placeholder="8h"
        value={draft.sign_in_within ?? ""}
        onChange={(event) => {
          const value = event.currentTarget.value;
          change({ sign_in_within: value === "" ? null : value });
        }}
      />
      <TextInput
        label={t("approvals.policy.verifiedFor")}
        description={t("approvals.policy.duration")}
        value={draft.verified_for}
        onChange={(event) => {
          change({ verified_for: event.currentTarget.value });
        }}
      />
      <Button type="submit" loading={saving} style={{ alignSelf: "flex-start" }}>
        {t("approvals.policy.save")}
      </Button>
    </form>
  );
}
