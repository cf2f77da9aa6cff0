import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DepartmentView } from "../../../bots/http/contract/identity.ts";
import { useLanguage } from "../locales/use-language.ts";
import { DepartmentIcon } from "../theme/icons.tsx";

interface DepartmentMenuProps {
  readonly departments: readonly DepartmentView[];
  readonly chosen: string | null;
  readonly onChoose: (departmentId: string | null) => void;
}
const any = "any";

/** The same choice as the cards, in the space of a button. */
export function DepartmentMenu({ departments, chosen, onChoose }: DepartmentMenuProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const current = departments.find(({ id }) => id === chosen);
  const name = current?.name[language] ?? t("ask.anyDepartment");
  return (
    <Menu position="top-start" shadow="md" width={260}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          h={32}
          fw={500}
          c="dimmed"
          maw="100%"
          leftSection={<DepartmentIcon name={current?.icon ?? null} size={16} />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`${t("ask.department")}: ${name}`}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={chosen ?? any}
          onChange={(value) => {
            onChoose(value === any ? null : value);
          }}
        >
          <Menu.RadioItem value={any} closeMenuOnClick>
            {t("ask.anyDepartment")}
          </Menu.RadioItem>
          {departments.map(({ id, name: names }) => (
            <Menu.RadioItem key={id} value={id} closeMenuOnClick>
              {names[language]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
