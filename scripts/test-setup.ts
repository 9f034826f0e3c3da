import fc from 'fast-check'

/** Properties are tried with the same inputs on every run; another `LLM_TEST_SEED` tries others. */
fc.configureGlobal({ seed: Number(process.env.LLM_TEST_SEED ?? 1) })
