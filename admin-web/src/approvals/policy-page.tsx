import { Alert, Button, Select, Tabs, Text, Textarea, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import type { PolicyView } from "../../../bots/http/contract/approval-policy.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { useNotify } from "../app/use-notify.ts";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useLanguage } from "../locales/use-language.ts";
import { PolicyForm } from "./policy-form.tsx";
import classes from "./settings-page.module.css";
import { type PolicyChange, useChangePolicy, usePolicies, usePolicy } from "./use-policy.ts";

/** When a department's answers need approval, for its leads and for admins. */
export default function PolicyPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const heading = usePageFocus(t("approvals.policy.title"));
  const { slug } = useParams();
  const policies = usePolicies();
  const departments = policies.data?.items ?? [];
  const chosen = slug ?? departments[0]?.slug;
  return (
    <div className={classes["page"]}>
      <Button
        component={Link}
        to="/approvals"
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
      >
        {t("approvals.back")}
      </Button>
      <Title order={1} ref={heading} tabIndex={-1} mt="xs">
        {t("approvals.policy.title")}
      </Title>
      <Text c="dimmed">{t("approvals.policy.lead")}</Text>
      {policies.isPending && <LoadingPage />}
      {policies.isError && <FailureNote title={t("app.failedToLoad")} failure={asFailure(policies.error)} />}
      {policies.isSuccess && chosen === undefined && <Text mt="lg">{t("approvals.policy.none")}</Text>}
      {chosen !== undefined && (
        <>
          <Select
            mt="lg"
            maw={420}
            label={t("approvals.policy.department")}
            value={chosen}
            allowDeselect={false}
            data={departments.map(({ slug: value, name }) => ({ value, label: name[language] }))}
            onChange={(value) => {
              if (value !== null) void navigate(`/approvals/policies/${value}`);
            }}
          />
          <DepartmentPolicy key={chosen} slug={chosen} />
        </>
      )}
    </div>
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
  const failure = change.isError ? asFailure(change.error) : null;
  const faults = failure?.code === "invalid_input" ? failure.facts : {};
  // Begun anew from what the server has kept.
  const saved = JSON.stringify(policy.data.policy);
  return (
    <Tabs defaultValue="form" mt="lg" keepMounted={false} onChange={change.reset}>
      <Tabs.List>
        <Tabs.Tab value="form">{t("approvals.policy.form")}</Tabs.Tab>
        <Tabs.Tab value="yaml">{t("approvals.policy.yaml")}</Tabs.Tab>
      </Tabs.List>
      {failure !== null && (
        <div style={{ marginTop: 16 }}>
          {Object.keys(faults).length === 0 ? (
            <FailureNote title={t("approvals.policy.failed")} failure={failure} />
          ) : (
            <Faults faults={faults} />
          )}
        </div>
      )}
      <Tabs.Panel value="form">
        <PolicyForm key={saved} policy={policy.data.policy} saving={change.isPending} onSave={save} />
      </Tabs.Panel>
      <Tabs.Panel value="yaml">
        <YamlForm key={saved} view={policy.data} saving={change.isPending} onSave={save} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** Each field that is wrong, by its place in the policy. */
function Faults({ faults }: { readonly faults: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation();
  return (
    <Alert role="alert" color="red" variant="outline" title={t("approvals.policy.failed")}>
      <ul className={classes["faults"]}>
        {Object.entries(faults).map(([field, fault]) => (
          <li key={field}>
            <code>{field}</code>: {String(fault)}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

interface YamlFormProps {
  readonly view: PolicyView;
  readonly saving: boolean;
  readonly onSave: (change: PolicyChange) => void;
}

function YamlForm({ view, saving, onSave }: YamlFormProps) {
  const { t } = useTranslation();
  const [yaml, setYaml] = useState(view.yaml);
  return (
    <form
      className={classes["section"]}
      onSubmit={(event) => {
        event.preventDefault();
        onSave({ yaml });
      }}
    >
      <Textarea
        label={t("approvals.policy.yamlLabel")}
        value={yaml}
        autosize
        minRows={12}
        maxRows={40}
        spellCheck={false}
        styles={{ input: { fontFamily: "ui-monospace, monospace" } }}
        onChange={(event) => {
          setYaml(event.currentTarget.value);
        }}
      />
      <Button type="submit" loading={saving} style={{ alignSelf: "flex-start" }}>
        {t("approvals.policy.save")}
      </Button>
    </form>
  );
}
