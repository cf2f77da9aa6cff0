import { Button, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { useNotify } from "../app/use-notify.ts";
import { DepartmentPolicies } from "../policies/department-policies.tsx";
import { PolicyRefusal } from "../policies/policy-refusal.tsx";
import { PolicyYaml } from "../policies/policy-yaml.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { type PolicyChange, useChangePolicy, usePolicies, usePolicy } from "./use-policy.ts";

/** When a department's answers need approval, for its leads and for admins. */
export default function PolicyPage() {
  const { t } = useTranslation();
  return (
    <DepartmentPolicies
      home="/approvals"
      back={t("approvals.back")}
      title={t("approvals.policy.title")}
      lead={t("approvals.policy.lead")}
      label={t("approvals.policy.department")}
      none={t("approvals.policy.none")}
      policies={usePolicies()}
    >
      {(slug) => <DepartmentPolicy key={slug} slug={slug} />}
    </DepartmentPolicies>
  );
}

function DepartmentPolicy({ slug }: { readonly slug: string }) {
  const { t } = useTranslation();
  const { say } = useNotify();
  const policy = usePolicy(slug);
  const change = useChangePolicy(slug);
  const save = (written: PolicyChange): void => {
    change.mutate(written, {
      onSuccess: () => {
        say({ message: t("approvals.policy.saved") });
      },
    });
  };
  if (policy.isPending) return <LoadingPage />;
  if (policy.data === undefined)
    return <FailureNote title={t("app.failedToLoad")} failure={asFailure(policy.error)} />;
  // Begun anew from what the server has kept.
  const saved = JSON.stringify(policy.data.policy);
  return (
    <Tabs defaultValue="form" mt="lg" keepMounted={false} onChange={change.reset}>
      <Tabs.List>
        <Tabs.Tab value="form">{t("approvals.policy.form")}</Tabs.Tab>
        <Tabs.Tab value="yaml">{t("approvals.policy.yaml")}</Tabs.Tab>
      </Tabs.List>
      {change.isError && <PolicyRefusal title={t("approvals.policy.failed")} error={change.error} />}
      <Tabs.Panel value="form">
        <PolicyForm key={saved} policy={policy.data.policy} saving={change.isPending} onSave={save} />
      </Tabs.Panel>
      <Tabs.Panel value="yaml">
        <PolicyYaml
          key={saved}
          label={t("approvals.policy.yamlLabel")}
          yaml={policy.data.yaml}
          onSave={(yaml) => {
            save({ yaml });
          }}
        >
          {() => (
            <Button type="submit" loading={change.isPending} style={{ alignSelf: "flex-start" }}>
              {t("approvals.policy.save")}
            </Button>
          )}
        </PolicyYaml>
      </Tabs.Panel>
    </Tabs>
  );
}
