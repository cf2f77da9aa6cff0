import { Alert, Button, Select, Tabs, Text, Textarea, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { useNotify } from "../app/use-notify.ts";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useLanguage } from "../locales/use-language.ts";
import { PolicyButtons } from "./policy-buttons.tsx";
import { PolicyForm, type PolicyFormProps } from "./policy-form.tsx";
import classes from "./policy-page.module.css";
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
  const language = useLanguage();
  const navigate = useNavigate();
  const heading = usePageFocus(t("escalations.policy.title"));
  const { slug } = useParams();
  const policies = useEscalationPolicies();
  const departments = policies.data?.items ?? [];
  const chosen = slug ?? departments[0]?.slug;
  return (
    <div className={classes["page"]}>
      <Button
        component={Link}
        to="/escalations"
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
      >
        {t("escalations.back")}
      </Button>
      <Title order={1} ref={heading} tabIndex={-1} mt="xs">
        {t("escalations.policy.title")}
      </Title>
      <Text c="dimmed">{t("escalations.policy.lead")}</Text>
      {policies.isPending && <LoadingPage />}
      {policies.isError && <FailureNote title={t("app.failedToLoad")} failure={asFailure(policies.error)} />}
      {policies.isSuccess && chosen === undefined && <Text mt="lg">{t("escalations.policy.none")}</Text>}
      {chosen !== undefined && (
        <>
          <Select
            mt="lg"
            maw={420}
            label={t("escalations.policy.department")}
            value={chosen}
            allowDeselect={false}
            data={departments.map(({ slug: value, name }) => ({ value, label: name[language] }))}
            onChange={(value) => {
              if (value !== null) void navigate(`/escalations/policies/${value}`);
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
        <YamlForm key={saved} {...form} />
      </Tabs.Panel>
      {change.isError && <Refusal title={t("escalations.policy.failed")} error={change.error} />}
      {preview.isError && <Refusal title={t("escalations.policy.previewFailed")} error={preview.error} />}
      {preview.isSuccess && <PolicyPreview preview={preview.data} />}
    </Tabs>
  );
}

/** Each field that is wrong, by its place in the policy; or what else went wrong. */
function Refusal({ title, error }: { readonly title: string; readonly error: unknown }) {
  const failure = asFailure(error);
  const faults = Object.entries(failure.facts);
  return (
    <div className={classes["refusal"]}>
      {failure.code === "invalid_input" && faults.length > 0 ? (
        <Alert
          role="alert"
          color="red"
          variant="outline"
          title={title}
          styles={{ title: { color: "inherit" } }}
        >
          <ul className={classes["faults"]}>
            {faults.map(([field, fault]) => (
              <li key={field}>
                <code>{field}</code>: {String(fault)}
              </li>
            ))}
          </ul>
        </Alert>
      ) : (
        <FailureNote title={title} failure={failure} />
      )}
    </div>
  );
}

function YamlForm({ view, saving, looking, onSave, onPreview }: PolicyFormProps) {
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
        label={t("escalations.policy.yamlLabel")}
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
      <PolicyButtons
        saving={saving}
        looking={looking}
        onPreview={() => {
          onPreview({ yaml });
        }}
      />
    </form>
  );
}
