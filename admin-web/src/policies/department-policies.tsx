import { Button, Select, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./policies.module.css";

interface PolicyDepartment {
  readonly slug: string;
  readonly name: { readonly en: string; readonly th: string };
}

export interface DepartmentPoliciesProps {
  /** Where the policies belong: `/approvals`. Those of a department are at `policies/SLUG` below it. */
  readonly home: string;
  readonly back: string;
  readonly title: string;
  readonly lead: string;
  readonly label: string;
  readonly none: string;
  readonly policies: {
    readonly isPending: boolean;
    readonly isError: boolean;
    readonly error: unknown;
    readonly data: { readonly items: readonly PolicyDepartment[] } | undefined;
  };
  /** The policy of the chosen department. */
  readonly children: (slug: string) => ReactNode;
}

/** Departments with a policy of one kind, of which one is chosen; the first unless the address names another. */
export function DepartmentPolicies(props: DepartmentPoliciesProps) {
  const { home, back, title, lead, label, none, policies, children } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const heading = usePageFocus(title);
  const { slug } = useParams();
  const departments = policies.data?.items ?? [];
  const chosen = slug ?? departments[0]?.slug;
  return (
    <div className={classes["page"]}>
      <Button
        component={Link}
        to={home}
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
      >
        {back}
      </Button>
      <Title order={1} ref={heading} tabIndex={-1} mt="xs">
        {title}
      </Title>
      <Text c="dimmed">{lead}</Text>
      {policies.isPending && <LoadingPage />}
      {policies.isError && <FailureNote title={t("app.failedToLoad")} failure={asFailure(policies.error)} />}
      {policies.data !== undefined && chosen === undefined && <Text mt="lg">{none}</Text>}
      {chosen !== undefined && (
        <>
          <Select
            mt="lg"
            maw={420}
            label={label}
            value={chosen}
            allowDeselect={false}
            data={departments.map(({ slug: value, name }) => ({ value, label: name[language] }))}
            onChange={(value) => {
              if (value !== null) void navigate(`${home}/policies/${value}`);
            }}
          />
          {children(chosen)}
        </>
      )}
    </div>
  );
}
