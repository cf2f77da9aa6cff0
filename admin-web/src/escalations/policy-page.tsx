import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { useNotify } from "../app/use-notify.ts";
import { DepartmentPolicies } from "../policies/department-policies.tsx";
import { PolicyRefusal } from "../policies/policy-refusal.tsx";
import { PolicyYaml } from "../policies/policy-yaml.tsx";
import { PolicyButtons } from "./policy-buttons.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { PolicyPreview } from "./policy-preview.tsx";
import {
  type EscalationPolicyChange,
  useChangeEscalationPolicy,
  useEscalationPolicies,
  useEscalationPolicy,
  usePreviewEscalation,
} from "./use-escalation-policy.ts";

/** What of a department's questions escalates, for its leads and for admins. */
export default function EscalationPolicyPage() {
  const { t } = useTranslation();
  return (
    <DepartmentPolicies
      home="/escalations"
      back={t("escalations.back")}
      title={t("escalations.policy.title")}
      lead={t("escalations.policy.lead")}
      label={t("escalations.policy.department")}
      none={t("escalations.policy.none")}
      policies={useEscalationPolicies()}
    >
      {(slug) => <DepartmentPolicy key={slug} slug={slug} />}
    </DepartmentPolicies>
  );
}

function DepartmentPolicy({ slug }: { readonly slug: string }) {
  const { t } = useTranslation();
  const { say } = useNotify();
  const policy = useEscalationPolicy(slug);
  const change = useChangeEscalationPolicy(slug);
  const preview = usePreviewEscalation(slug);
  const reset = (): void => {
    change.reset();
    preview.reset();
  };
  const save = (written: EscalationPolicyChange): void => {
    reset();
    change.mutate(written, {
      onSuccess: () => {
        say({ message: t("escalations.policy.saved") });
      },
    });
  };
  const look = (written: EscalationPolicyChange): void => {
    reset();
    preview.mutate(written);
  };
  if (policy.isPending) return <LoadingPage />;
  if (policy.data === undefined)
    return <FailureNote title={t("app.failedToLoad")} failure={asFailure(policy.error)} />;
  // Begun anew from what the server has kept.
  const saved = JSON.stringify(policy.data.policy);
  const form = {
    view: policy.data,
    saving: change.isPending,
    looking: preview.isPending,
    onSave: save,
    onPreview: look,
  };
  return (
    <Tabs defaultValue="form" mt="lg" keepMounted={false} onChange={reset}>
      <Tabs.List>
        <Tabs.Tab value="form">{t("escalations.policy.form")}</Tabs.Tab>
        <Tabs.Tab value="yaml">{t("escalations.policy.yaml")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="form">
        <PolicyForm key={saved} {...form} />
      </Tabs.Panel>
      <Tabs.Panel value="yaml">
        <PolicyYaml
          key={saved}
          label={t("escalations.policy.yamlLabel")}
          yaml={policy.data.yaml}
          onSave={(yaml) => {
            save({ yaml });
          }}
        >
          {(yaml) => (
            <PolicyButtons
              saving={change.isPending}
              looking={preview.isPending}
              onPreview={() => {
                look({ yaml });
              }}
            />
          )}
        </PolicyYaml>
      </Tabs.Panel>
      {change.isError && <PolicyRefusal title={t("escalations.policy.failed")} error={change.error} />}
      {preview.isError && (
        <PolicyRefusal title={t("escalations.policy.previewFailed")} error={preview.error} />
      )}
      {preview.isSuccess && <PolicyPreview preview={preview.data} />}
    </Tabs>
  );
}
