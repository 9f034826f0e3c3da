/** Part of every name: a change of what is below gets new names, so that two versions of a program can run side by side. */
const VERSION = 1

/** The names of what is kept, in a schema. */
export interface Names {
  readonly schema: string
  readonly limits: string
  readonly budgets: string
  readonly reservations: string
  readonly take: string
  readonly adjust: string
  readonly reserve: string
  readonly settle: string
}

/** Names as they are written in SQL. */
export function namesIn(schema: string): Names {
  const quoted = `"${schema.replaceAll('"', '""')}"`
  const name = (what: string): string => `${quoted}.llm_${what}_v${String(VERSION)}`
  return {
    schema: quoted,
    limits: name('rate_limits'),
    budgets: name('budgets'),
    reservations: name('budget_reservations'),
    take: name('take'),
    adjust: name('adjust'),
    reserve: name('reserve'),
    settle: name('settle'),
  }
}

/** Creates what is missing; where several begin at once, one does it and the others wait. */
export function setUp(names: Names): string {
  return `
SELECT pg_advisory_xact_lock(hashtextextended('llm_limits', 0));
CREATE SCHEMA IF NOT EXISTS ${names.schema};
${limitTable(names)}
${takeFunction(names)}
${adjustFunction(names)}
${budgetTables(names)}
${reserveFunction(names)}
${settleFunction(names)}`
}

/**
 * A row is a limit: what was taken, at most one entry a grain, oldest first, and the claims of those who wait, likewise.
 * Not logged: what is forgotten within a minute need not survive a crash, and nobody waits for a disk.
 */
function limitTable({ limits }: Names): string {
  return `
CREATE UNLOGGED TABLE IF NOT EXISTS ${limits} (
  key text PRIMARY KEY,
  taken_at bigint[] NOT NULL DEFAULT '{}',
  taken float8[] NOT NULL DEFAULT '{}',
  claimers text[] NOT NULL DEFAULT '{}',
  claimed float8[] NOT NULL DEFAULT '{}',
  seen bigint[] NOT NULL DEFAULT '{}',
  expires bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);`
}

const NOW = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`

/** Gives how long to wait, and the time. */
function takeFunction({ limits, take }: Names): string {
  return `
CREATE OR REPLACE FUNCTION ${take}(
  taker text, lease bigint, names text[], most float8[], windows bigint[], grains float8[], amounts float8[]
) RETURNS TABLE (wait_ms bigint, at_ms bigint) LANGUAGE plpgsql AS $$
DECLARE
  state ${limits};
  states ${limits}[] := '{}';
  held float8; before float8; excess float8; ready bigint; own integer; last integer;
BEGIN
  -- In one order for all, so that nobody waits in a circle. Those who clean up may take a row away in between.
  LOOP
    INSERT INTO ${limits} (key) SELECT DISTINCT name FROM unnest(names) name ORDER BY name ON CONFLICT DO NOTHING;
    PERFORM 1 FROM ${limits} WHERE key = ANY (names) ORDER BY key FOR UPDATE;
    EXIT WHEN (SELECT count(*) FROM ${limits} WHERE key = ANY (names)) = (SELECT count(DISTINCT name) FROM unnest(names) name);
  END LOOP;
  at_ms := ${NOW};
  wait_ms := 0;
  ${askEach(limits)}
  ${writeEach(limits)}
  RETURN NEXT;
END $$;`
}

/** How long each limit makes wait: for those who came before and what they claim as well. */
function askEach(limits: string): string {
  return `FOR i IN 1 .. cardinality(names) LOOP
    SELECT * INTO state FROM ${limits} WHERE key = names[i];
    SELECT coalesce(array_agg(t.at ORDER BY t.at), '{}'), coalesce(array_agg(t.amount ORDER BY t.at), '{}'), coalesce(sum(t.amount), 0)
      INTO state.taken_at, state.taken, held
      FROM unnest(state.taken_at, state.taken) AS t (at, amount) WHERE t.at + windows[i] > at_ms;
    -- Those who came before are served before, unless they have not asked again for so long that they must be gone.
    SELECT coalesce(array_agg(c.name ORDER BY c.nr), '{}'), coalesce(array_agg(c.amount ORDER BY c.nr), '{}'),
        coalesce(array_agg(c.seen ORDER BY c.nr), '{}')
      INTO state.claimers, state.claimed, state.seen
      FROM unnest(state.claimers, state.claimed, state.seen) WITH ORDINALITY AS c (name, amount, seen, nr)
      WHERE c.name = taker OR c.seen + lease > at_ms;
    own := array_position(state.claimers, taker);
    SELECT coalesce(sum(c.amount), 0) INTO before
      FROM unnest(state.claimed) WITH ORDINALITY AS c (amount, nr) WHERE own IS NULL OR c.nr < own;
    states[i] := state;
    excess := held + before + amounts[i] - most[i];
    IF excess > 0 THEN
      SELECT min(f.at) + windows[i] - at_ms INTO ready FROM (
        SELECT t.at, sum(t.amount) OVER (ORDER BY t.at) AS freed FROM unnest(state.taken_at, state.taken) AS t (at, amount)
      ) f WHERE f.freed >= excess;
      wait_ms := greatest(wait_ms, coalesce(ready, windows[i]));
    END IF;
  END LOOP;`
}

/** Takes from each limit, or leaves a claim. */
function writeEach(limits: string): string {
  return `FOR i IN 1 .. cardinality(names) LOOP
    state := states[i];
    own := array_position(state.claimers, taker);
    last := cardinality(state.taken);
    IF wait_ms = 0 THEN
      -- Takes within one grain count as the last of them: for longer than they need, never for less.
      IF last > 0 AND floor(state.taken_at[last] / grains[i]) = floor(at_ms / grains[i]) THEN
        state.taken_at[last] := at_ms;
        state.taken[last] := state.taken[last] + amounts[i];
      ELSE
        state.taken_at := state.taken_at || at_ms;
        state.taken := state.taken || amounts[i];
      END IF;
      IF own IS NOT NULL THEN
        state.claimers := state.claimers[:own - 1] || state.claimers[own + 1:];
        state.claimed := state.claimed[:own - 1] || state.claimed[own + 1:];
        state.seen := state.seen[:own - 1] || state.seen[own + 1:];
      END IF;
    ELSE
      own := coalesce(own, cardinality(state.claimers) + 1);
      state.claimers[own] := taker;
      state.claimed[own] := amounts[i];
      state.seen[own] := at_ms;
    END IF;
    UPDATE ${limits} SET taken_at = state.taken_at, taken = state.taken, claimers = state.claimers,
      claimed = state.claimed, seen = state.seen, expires = at_ms + 2 * windows[i] WHERE key = names[i];
  END LOOP;`
}

/** More was used, which counts from now on; or less, which is given back to where it was taken. */
function adjustFunction({ limits, adjust }: Names): string {
  return `
CREATE OR REPLACE FUNCTION ${adjust}(name text, span bigint, grain float8, amount float8, since bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  state ${limits};
  at bigint;
  last integer;
BEGIN
  INSERT INTO ${limits} (key) VALUES (name) ON CONFLICT DO NOTHING;
  SELECT * INTO state FROM ${limits} WHERE key = name FOR UPDATE;
  at := ${NOW};
  last := cardinality(state.taken);
  IF amount <= 0 THEN
    FOR i IN 1 .. last LOOP
      IF floor(state.taken_at[i] / grain) = floor(since / grain) THEN
        state.taken[i] := greatest(0, state.taken[i] + amount);
      END IF;
    END LOOP;
  ELSIF last > 0 AND floor(state.taken_at[last] / grain) = floor(at / grain) THEN
    state.taken_at[last] := at;
    state.taken[last] := state.taken[last] + amount;
  ELSE
    state.taken_at := state.taken_at || at;
    state.taken := state.taken || amount;
  END IF;
  UPDATE ${limits} SET taken_at = state.taken_at, taken = state.taken, expires = at + 2 * span WHERE key = name;
END $$;`
}

/**
 * Nobody waits for a disk, so that calls of one account do not wait for each other's: a crash of the server may forget what
 * was counted within its last 0.6 seconds. https://www.postgresql.org/docs/current/wal-async-commit.html
 */
const ASYNC_COMMIT = `set_config('synchronous_commit', 'off', true)`

/** Logged, as money must survive a crash. Exact numbers: what is added and taken away again leaves nothing. */
function budgetTables({ budgets, reservations }: Names): string {
  return `
CREATE TABLE IF NOT EXISTS ${budgets} (
  key text,
  begins bigint,
  tokens numeric NOT NULL DEFAULT 0,
  cost numeric NOT NULL DEFAULT 0,
  expires bigint,
  PRIMARY KEY (key, begins)
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS ${reservations} (
  id uuid PRIMARY KEY,
  key text NOT NULL,
  begins bigint NOT NULL,
  tokens numeric NOT NULL,
  cost numeric NOT NULL,
  lapses bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS llm_budget_reservations_account_v${String(VERSION)} ON ${reservations} (key, begins);`
}

function reserveFunction({ budgets, reservations, reserve }: Names): string {
  return `
CREATE OR REPLACE FUNCTION ${reserve}(
  reservation uuid, account text, since bigint, until bigint, more_tokens numeric, more_cost numeric,
  most_tokens numeric, most_cost numeric, held_for bigint
) RETURNS TABLE (granted boolean, spent_tokens numeric, spent_cost numeric) LANGUAGE plpgsql AS $$
DECLARE
  at bigint := ${NOW};
BEGIN
  PERFORM ${ASYNC_COMMIT};
  LOOP
    SELECT b.tokens, b.cost INTO spent_tokens, spent_cost FROM ${budgets} b WHERE b.key = account AND b.begins = since FOR UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO ${budgets} (key, begins, expires) VALUES (account, since, until) ON CONFLICT DO NOTHING;
  END LOOP;
  DELETE FROM ${reservations} r WHERE r.key = account AND r.begins = since AND r.lapses <= at;
  SELECT spent_tokens + coalesce(sum(r.tokens), 0), spent_cost + coalesce(sum(r.cost), 0) INTO spent_tokens, spent_cost
    FROM ${reservations} r WHERE r.key = account AND r.begins = since;
  granted := coalesce(spent_tokens + more_tokens <= most_tokens, true) AND coalesce(spent_cost + more_cost <= most_cost, true);
  IF granted THEN
    INSERT INTO ${reservations} VALUES (reservation, account, since, more_tokens, more_cost, at + held_for);
  END IF;
  RETURN NEXT;
END $$;`
}

/** A reservation that has lapsed is settled all the same. */
function settleFunction({ budgets, reservations, settle }: Names): string {
  return `
CREATE OR REPLACE FUNCTION ${settle}(
  reservation uuid, account text, since bigint, until bigint, used_tokens numeric, used_cost numeric
) RETURNS void LANGUAGE sql AS $$
  SELECT ${ASYNC_COMMIT};
  INSERT INTO ${budgets} AS b (key, begins, expires, tokens, cost)
    VALUES (account, since, until, used_tokens, used_cost)
    ON CONFLICT (key, begins) DO UPDATE SET tokens = b.tokens + used_tokens, cost = b.cost + used_cost;
  DELETE FROM ${reservations} WHERE id = reservation;
$$;`
}

/** What nobody needs any more. Rows that somebody works on are left for the next time. */
export function cleanUp({ limits, budgets, reservations }: Names): string {
  const expired = (table: string): string =>
    `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} WHERE expires < ${NOW} FOR UPDATE SKIP LOCKED);`
  return `${expired(limits)} ${expired(budgets)} DELETE FROM ${reservations} WHERE lapses < ${NOW};`
}
