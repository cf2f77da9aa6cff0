import { Select, TagsInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EscalationPolicyView } from "../../../bots/http/contract/escalation-policy.ts";
import { PolicyHours } from "../approvals/policy-hours.tsx";
import { PageFields } from "./page-fields.tsx";
import { PolicyButtons } from "./policy-buttons.tsx";
import classes from "./policy-page.module.css";
import { TicketFields } from "./ticket-fields.tsx";
import { TriggerRows } from "./trigger-rows.tsx";
import type { EscalationPolicyChange, Policy } from "./use-escalation-policy.ts";

const labels = ["public", "confidential", "restricted"] as const;

export interface PolicyFormProps {
  readonly view: EscalationPolicyView;
  readonly saving: boolean;
  readonly looking: boolean;
  readonly onSave: (change: EscalationPolicyChange) => void;
  readonly onPreview: (change: EscalationPolicyChange) => void;
}

/** The fields that departments commonly set; the rest stays as it is in the policy's text. */
export function PolicyForm({ view, saving, looking, onSave, onPreview }: PolicyFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Policy>(view.policy);
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
      <TriggerRows policy={draft} onChange={change} />
      <TagsInput
        label={t("escalations.policy.words")}
        description={t("escalations.policy.wordsText")}
        value={[...draft.critical_words]}
        acceptValueOnBlur
        onChange={(critical_words) => {
          change({ critical_words });
        }}
      />
      <section className={classes["part"]} aria-labelledby="tickets">
        <Title order={2} size="h3" id="tickets">
          {t("escalations.policy.ticket")}
        </Title>
        <TicketFields
          ticket={draft.ticket}
          connections={view.connections}
          onChange={(ticket) => {
            change({ ticket });
          }}
        />
      </section>
      <section className={classes["part"]} aria-labelledby="pages">
        <Title order={2} size="h3" id="pages">
          {t("escalations.policy.page")}
        </Title>
        <PageFields
          page={draft.page}
          connections={view.connections}
          onChange={(page) => {
            change({ page });
          }}
        />
        <PolicyHours
          label={t("escalations.policy.hours")}
          hours={draft.working_hours}
          onChange={(working_hours) => {
            change({ working_hours });
          }}
        />
      </section>
      <Select
        label={t("escalations.policy.share")}
        description={t("escalations.policy.shareText")}
        value={draft.share_up_to}
        allowDeselect={false}
        data={labels.map((value) => ({ value, label: t(`knowledge.sensitivities.${value}`) }))}
        onChange={(value) => {
          if (value !== null) change({ share_up_to: value });
        }}
      />
      <PolicyButtons
        saving={saving}
        looking={looking}
        onPreview={() => {
          onPreview({ policy: draft });
        }}
      />
    </form>
  );
}
