import { Hono } from "hono";

// Ponder wants one; nothing is asked of it but its own /ready and /metrics.
export default new Hono();
