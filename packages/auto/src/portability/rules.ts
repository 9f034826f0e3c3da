import { z } from 'zod'

/** What is wrong with a body that a host would be sent; nothing where it takes it. */
export type Rules = (body: unknown) => readonly string[]

/** A text that says something. */
export const filled: z.ZodString = z.string().min(1)

/** A text of more than white space. */
export const unblank: z.ZodString = z.string().regex(/\S/)

/** Names of tools, as all hosts take them. */
export const toolName: z.ZodString = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)

/** Arguments of a call, as the JSON text of an object. */
export const jsonObject: z.ZodString = z.string().refine(text => {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}, 'is not the JSON of an object')

/** The rules of a format: the form of its bodies, and then what only the whole of one shows, such as its order. */
export function rulesOf<Body>(form: z.ZodType<Body>, wholeProblems: (body: Body) => readonly string[]): Rules {
  return body => {
    const result = form.safeParse(body)
    if (result.success) return wholeProblems(result.data)
    return result.error.issues.flatMap(issue => problemsOf(issue))
  }
}

/** Of a union's many complaints those of the member that comes nearest. */
function problemsOf(issue: z.core.$ZodIssue, before: readonly PropertyKey[] = []): readonly string[] {
  const path = [...before, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0)
    return [`${path.map(String).join('.')}: ${issue.message}`]
  const nearest = issue.errors.reduce((best, errors) => (depth(errors) > depth(best) ? errors : best))
  return nearest.flatMap(inner => problemsOf(inner, path))
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return issues.some(({ path }) => path.at(-1) === 'type' || path.at(-1) === 'role') ? -1 : -issues.length / 1000
}

/** Something in a history, by what it does to the calls of tools. */
export type Step =
  | { readonly does: 'call'; readonly id: string }
  | { readonly does: 'result'; readonly id: string }
  | { readonly does: 'speak' }

/** Each call has an id of its own and its result, in the order of the calls, before anybody speaks again. */
export function callProblems(steps: readonly Step[]): readonly string[] {
  const problems: string[] = []
  const seen = new Set<string>()
  let open: string[] = []
  for (const step of [...steps, { does: 'speak' } as const]) {
    if (step.does === 'call') {
      if (seen.has(step.id)) problems.push(`the call ${step.id} comes twice`)
      seen.add(step.id)
      open.push(step.id)
    } else if (step.does === 'result') {
      const expected = open.shift()
      if (expected !== step.id) problems.push(`the result of ${step.id} comes where ${String(expected)} is due`)
    } else {
      problems.push(...open.map(id => `the call ${id} has no result`))
      open = []
    }
  }
  return problems
}

/** The roles take turns, and the user begins. */
export function turnProblems(roles: readonly string[], user: string): readonly string[] {
  const problems = roles.flatMap((role, place) =>
    role === roles[place - 1] ? [`${String(place)}: two turns of ${role} in a row`] : [],
  )
  return roles[0] === user ? problems : [...problems, `${String(roles[0])} begins`]
}
