// Korean: sprints, the backlog and their history.

export const sprint = {} as const
