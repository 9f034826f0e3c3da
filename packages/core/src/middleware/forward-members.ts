/** An object with the members of another one, those of its classes included, which still see their own `this`. */
export function forwardMembers(object: object): Record<string, unknown> {
  const forwarded: Record<PropertyKey, unknown> = {}
  for (let level: object | null = object; level !== null && level !== Object.prototype; level = parent(level)) {
    for (const name of Reflect.ownKeys(level)) {
      if (name === 'constructor' || Object.hasOwn(forwarded, name)) continue
      const member = Object.getOwnPropertyDescriptor(level, name)
      Object.defineProperty(forwarded, name, forwardMember(object, name, member))
    }
  }
  return forwarded
}

function parent(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null
}

/** A getter stays one: it may load something at its first use, or say something else later. */
function forwardMember(object: object, name: PropertyKey, member: PropertyDescriptor | undefined): PropertyDescriptor {
  const open = { enumerable: true, configurable: true }
  if (member !== undefined && 'get' in member) return { ...open, get: () => Reflect.get(object, name) as unknown }
  const value: unknown = member?.value
  return { ...open, writable: true, value: typeof value === 'function' ? (value.bind(object) as unknown) : value }
}
