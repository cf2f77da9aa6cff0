import {
  IconAlertTriangle,
  IconBook2,
  IconBuilding,
  IconBuildingFactory2,
  IconCash,
  IconChartLine,
  IconCoin,
  IconFileText,
  IconGavel,
  IconHeadset,
  IconHelpCircle,
  IconLifebuoy,
  IconReceipt,
  IconScale,
  IconServer2,
  IconShieldLock,
  IconShoppingCart,
  IconSparkles,
  IconTool,
  IconTruck,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";

/** The icons that a department may name; any other name shows a book. */
const departmentIcons: Readonly<Record<string, Icon>> = {
  "alert-triangle": IconAlertTriangle,
  book: IconBook2,
  "book-2": IconBook2,
  building: IconBuilding,
  "building-factory": IconBuildingFactory2,
  "building-factory-2": IconBuildingFactory2,
  cash: IconCash,
  "chart-line": IconChartLine,
  coin: IconCoin,
  "file-text": IconFileText,
  gavel: IconGavel,
  headset: IconHeadset,
  "help-circle": IconHelpCircle,
  lifebuoy: IconLifebuoy,
  receipt: IconReceipt,
  scale: IconScale,
  server: IconServer2,
  "server-2": IconServer2,
  shield: IconShieldLock,
  "shield-lock": IconShieldLock,
  "shopping-cart": IconShoppingCart,
  sparkles: IconSparkles,
  tool: IconTool,
  tools: IconTool,
  truck: IconTruck,
  users: IconUsers,
};

export function DepartmentIcon({
  name,
  size = 18,
}: {
  readonly name: string | null;
  readonly size?: number;
}) {
  const Shown = name === null ? IconSparkles : (departmentIcons[name] ?? IconBook2);
  return <Shown size={size} stroke={1.6} aria-hidden />;
}
