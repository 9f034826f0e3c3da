/** The model behind each deployment, by the deployment's name. */
type Deployments = Readonly<Record<string, string>>

/** The deployment that a name means: its own name, or one of that model, under the name given or the canonical one. */
export function deploymentOf(deployments: Deployments, model: string, canonical?: string): string | undefined {
  if (Object.hasOwn(deployments, model)) return model
  const names = Object.keys(deployments)
  return (
    names.find(name => deployments[name] === model) ??
    names.find(name => canonical !== undefined && deployments[name] === canonical)
  )
}

/** The model behind a deployment. */
export function modelOf(deployments: Deployments, name: string): string | undefined {
  return Object.hasOwn(deployments, name) ? deployments[name] : undefined
}
