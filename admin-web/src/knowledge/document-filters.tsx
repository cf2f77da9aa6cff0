import { CloseButton, Group, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DepartmentView } from "../../../bots/http/contract/identity.ts";
import { documentSchema } from "../../../bots/http/contract/knowledge.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./knowledge-page.module.css";
import type { DocumentFilter } from "./use-documents.ts";

interface DocumentFiltersProps {
  readonly departments: readonly DepartmentView[];
  readonly filter: DocumentFilter;
  readonly onChange: (filter: DocumentFilter) => void;
}
const any = "any";
const documentStates = documentSchema.shape.state.options;

export function DocumentFilters({ departments, filter, onChange }: DocumentFiltersProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Group gap="sm" role="search" className={classes["filters"]}>
      <TextInput
        className={classes["search"]}
        aria-label={t("knowledge.search")}
        placeholder={t("knowledge.search")}
        value={filter.query}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
        rightSection={
          filter.query !== "" && (
            <CloseButton
              size={26}
              aria-label={t("nav.clearSearch")}
              onClick={() => {
                onChange({ ...filter, query: "" });
              }}
            />
          )
        }
        onChange={(event) => {
          onChange({ ...filter, query: event.currentTarget.value });
        }}
      />
      <Select
        className={classes["filter"]}
        aria-label={t("knowledge.department")}
        value={filter.departmentId ?? any}
        allowDeselect={false}
        data={[
          { value: any, label: t("knowledge.all") },
          ...departments.map(({ id, name }) => ({ value: id, label: name[language] })),
        ]}
        onChange={(value) => {
          onChange({ ...filter, departmentId: value === any ? null : value });
        }}
      />
      <Select
        className={classes["filter"]}
        aria-label={t("knowledge.state")}
        value={filter.state ?? any}
        allowDeselect={false}
        data={[
          { value: any, label: t("knowledge.anyState") },
          ...documentStates.map((state) => ({ value: state, label: t(`knowledge.states.${state}`) })),
        ]}
        onChange={(value) => {
          onChange({ ...filter, state: documentStates.find((state) => state === value) ?? null });
        }}
      />
    </Group>
  );
}
