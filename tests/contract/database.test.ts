import { createFakeDatabase } from "../fakes/database/database.ts";
import { smallCompany } from "../support/small-company.ts";
import { databaseContract } from "./database.ts";

const database = createFakeDatabase();
let tenants = 0;

databaseContract("memory", () => ({
  database,
  inbox: database.inbox,
  async tenant() {
    tenants += 1;
    const company = database.provision(smallCompany(`company-${String(tenants)}`));
    return { company, stores: (work) => database.withTenant(company.tenantId, work) };
  },
}));
