import type { DepartmentSettings, NewDepartment, Tool } from '../../api/types'

/** Every tool that the product knows, the most usual first. */
export const allTools: readonly Tool[] = [
  'ortif',
  'lasuite_visio',
  'zoom',
  'teams',
  'webex',
  'jitsi',
  'google_meet',
  'bigbluebutton',
  'doctolib',
  'doxy_me',
  'other',
]

export const blank: NewDepartment = {
  code: '',
  name: '',
  hospital: '',
  phone: '',
  email: '',
  timezone: 'Europe/Paris',
  tools: ['ortif', 'zoom', 'lasuite_visio', 'teams', 'webex', 'jitsi', 'other'],
  secureTools: ['ortif', 'lasuite_visio'],
  meetingHosts: [],
  doxyMeAllowed: false,
  portalUrl: 'https://',
  notifyBothChannels: false,
  birthDateAsked: true,
  codingTarget: 'Gilda',
  unit: '',
  speciality: '',
}

/** The settings alone: the server refuses what else a department carries. */
export function settingsOf(d: DepartmentSettings): DepartmentSettings {
  return {
    name: d.name,
    hospital: d.hospital,
    phone: d.phone,
    email: d.email,
    timezone: d.timezone,
    tools: d.tools,
    secureTools: d.secureTools,
    meetingHosts: d.meetingHosts.map((host) => host.trim()).filter(Boolean),
    doxyMeAllowed: d.doxyMeAllowed,
    portalUrl: d.portalUrl,
    notifyBothChannels: d.notifyBothChannels,
    birthDateAsked: d.birthDateAsked,
    codingTarget: d.codingTarget,
    unit: d.unit ?? '',
    speciality: d.speciality ?? '',
  }
}

/** The tools as the form lists them: those of the department in their order, then the others. */
export function ordered(tools: readonly Tool[]): Tool[] {
  return [...tools, ...allTools.filter((tool) => !tools.includes(tool))]
}

/** The list with one tool a place earlier (-1) or later (+1); at the end it stays. */
export function moved(tools: readonly Tool[], tool: Tool, by: -1 | 1): Tool[] {
  const from = tools.indexOf(tool)
  const to = from + by
  const other = tools[to]
  if (from < 0 || other === undefined) return [...tools]
  return tools.map((t, i) => (i === from ? other : i === to ? tool : t))
}
