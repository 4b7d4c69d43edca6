import { ponder } from "ponder:registry";
import { approval, balance, transfer } from "ponder:schema";

// The rows that our own tables have: transfers, approvals, and what everybody holds.
ponder.on("Token:Transfer", async ({ event, context }) => {
  const { from, to, value } = event.args;
  await context.db.insert(transfer).values({ id: event.id, time: Number(event.block.timestamp), from, to, value });
  for (const [account, change] of [[from, -value], [to, value]] as const) {
    await context.db
      .insert(balance)
      .values({ token: event.log.address, account, balance: change })
      .onConflictDoUpdate((row) => ({ balance: row.balance + change }));
  }
});

ponder.on("Token:Approval", async ({ event, context }) => {
  const { owner, spender, value } = event.args;
  await context.db.insert(approval).values({ id: event.id, time: Number(event.block.timestamp), owner, spender, value });
});
