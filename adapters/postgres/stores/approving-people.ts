/**
 * SQL: whether a row of `users` may approve in the company, by their own roles or a group's: as `effective_users` tells,
 * without what their groups give everybody else.
 * @param user the row's name in the statement
 */
export const approvesAnywhere = (user: string): string => `(
  'approver' = any (${user}.roles) or ${user}.id in (
    select user_id from group_access
    where tenant_id = app_tenant() and department_id is null and role = 'approver'))`;

/**
 * SQL: the ids of the active people who approve in a department: its leads, and its members who may approve. It begins at
 * the department, whose own rows and whose groups' are found by index, however many people and groups there are.
 * @param department the parameter with its id, as `$1`; nobody where it is null
 */
export const expertsOf = (department: string): string => `
  select m.user_id from effective_department_members m join users u on u.tenant_id = m.tenant_id and u.id = m.user_id
  where m.tenant_id = app_tenant() and m.department_id = ${department}::uuid and u.active
    and (m.role = 'lead' or ${approvesAnywhere("u")})`;
