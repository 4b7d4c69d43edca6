import { onchainTable, primaryKey } from "ponder";

export const transfer = onchainTable("transfer", (t) => ({
  id: t.text().primaryKey(),
  time: t.integer().notNull(),
  from: t.hex().notNull(),
  to: t.hex().notNull(),
  value: t.bigint().notNull(),
}));

export const approval = onchainTable("approval", (t) => ({
  id: t.text().primaryKey(),
  time: t.integer().notNull(),
  owner: t.hex().notNull(),
  spender: t.hex().notNull(),
  value: t.bigint().notNull(),
}));

export const balance = onchainTable(
  "balance",
  (t) => ({ token: t.hex().notNull(), account: t.hex().notNull(), balance: t.bigint().notNull() }),
  (table) => ({ key: primaryKey({ columns: [table.token, table.account] }) }),
);
