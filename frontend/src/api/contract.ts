/** The answers and bodies of /api/v1, by hand until they are generated from the server's OpenAPI document. */

export type Role = 'secretary' | 'practitioner' | 'manager'
export type Tool =
  | 'ortif'
  | 'zoom'
  | 'lasuite_visio'
  | 'teams'
  | 'webex'
  | 'jitsi'
  | 'google_meet'
  | 'bigbluebutton'
  | 'doctolib'
  | 'doxy_me'
  | 'other'
export type ToolOrTelephone = Tool | 'telephone'
export type Modality = 'video' | 'telephone'
export type TelephoneReason =
  | 'covid'
  | 'age-70'
  | 'ald'
  | 'pregnancy'
  | 'no-broadband'
  | 'no-terminal'
  | 'technical-fallback'
  | 'other'
export type Status = 'planned' | 'arrived' | 'in-progress' | 'finished' | 'cancelled'
export type StepCode =
  | 'appointment'
  | 'information'
  | 'consent'
  | 'portal'
  | 'link'
  | 'invitation'
  | 'held'
  | 'prescription'
  | 'record'
  | 'coding'
export type StepState = 'todo' | 'waiting' | 'done' | 'blocked' | 'not-applicable'
export type Actor = 'patient' | 'secretary' | 'practitioner' | 'system' | 'nobody'
export type ConsentState = 'unknown' | 'agreed' | 'refused' | 'withdrawn'
export type PresenceState = 'present' | 'in-meeting' | 'away'
export type Protection = 'none' | 'minor' | 'protected-adult'
export type Relationship = 'parent' | 'guardian' | 'curator' | 'other'
export type Language = 'fr' | 'en'
export type CancelReason = 'patient' | 'practitioner' | 'no-show' | 'technical' | 'consent-refused' | 'other'
export type IncidentKind =
  | 'no-connection'
  | 'sound'
  | 'image'
  | 'cut'
  | 'tool-outage'
  | 'wrong-person'
  | 'delay'
  | 'other'
export type Consequence = 'none' | 'continued-by-telephone' | 'rescheduled' | 'stopped'
export type PrescriptionChannel = 'none' | 'portal' | 'mssante' | 'dispose' | 'drop' | 'email' | 'on-site'
export type MessageWord = 'en file' | 'envoyé' | 'remis' | 'lu' | 'non remis'
export type Action =
  | 'appointment'
  | 'information'
  | 'consent'
  | 'portal'
  | 'link'
  | 'invitation'
  | 'start'
  | 'finish'
  | 'cancel'
  | 'on-site'
  | 'prescription'
  | 'record'
  | 'coding'
  | 'edit'

export interface Department {
  id: string
  code: string
  name: string
  hospital: string
  phone: string
  timezone: string
  tools: Tool[]
  secureTools: Tool[]
  portalUrl: string
  codingTarget: string
  roles: Role[]
  permissions: string[]
}

export interface Me {
  staff: { id: string; email: string; familyName: string; givenName: string; title: string; isAdmin: boolean }
  departments: Department[]
  permissions: string[]
}

export interface Practitioner {
  id: string
  title: string
  familyName: string
  givenName: string
  isMe?: boolean
}

export interface Representative {
  name: string
  relationship: Relationship
  email: string
  mobile: string
}

export interface PatientFields {
  ipp?: string
  familyName: string
  givenName: string
  birthDate: string
  email: string
  mobile: string
  language: Language
  protection: Protection
  representative?: Representative
}

export interface Patient extends PatientFields {
  id: string
  departmentId: string
}

export interface PatientInput extends Partial<PatientFields> {
  id?: string
  emailConfirmed?: boolean
}

export interface PlannedInput {
  practitionerId: string
  date: string
  time: string
  durationMinutes: number
  modality: Modality
  telephoneReason?: TelephoneReason
  tool?: Tool
  toolReason?: string
  repeatedHour?: 'first' | 'second'
}

export interface ScheduleInput extends PlannedInput {
  departmentId: string
  patient: PatientInput
}

export interface EncounterRow {
  id: string
  departmentId: string
  patient: { familyName: string; givenName: string; birthDate: string }
  practitioner: Practitioner
  status: Status
  modality: Modality
  tool: ToolOrTelephone
  plannedStart: string
  plannedEnd: string
  startedAt?: string
  finishedAt?: string
  presence?: { state: PresenceState; since: string }
  consent: ConsentState
  nextStep?: StepCode
  actsNext: Actor
  dueAt?: string
  late: boolean
}

export interface Step {
  number: number
  code: StepCode
  state: StepState
  late: boolean
  actsNext: Actor
  dueAt?: string
  since?: string
  evidence: string
  title: string
}

export interface MeetingLink {
  tool: Tool
  url?: string
  meetingId?: string
  passcode?: string
  topic?: string
  reference?: string
  declared: string[]
  settled: string[]
  hostAccount?: string
  attachedAt: string
  attachedBy: string
}

export interface ConsentDecision {
  decision: 'agreed' | 'refused' | 'withdrawn'
  tool: ToolOrTelephone
  mode: 'web' | 'oral' | 'paper'
  givenBy: 'patient' | 'representative'
  giverName?: string
  explanation?: string
  decidedAt: string
  recordedBy?: string
}

export interface Message {
  id: string
  purpose: 'notice' | 'invitation' | 'reminder' | 'cancellation' | 'prescription-notice'
  channel: 'email' | 'sms'
  to: string
  status: string
  word: MessageWord
  at: string
  code?: string
  explanation?: string
}

export interface Incident {
  kind: IncidentKind
  consequence: Consequence
  text?: string
}

export interface Encounter extends Omit<EncounterRow, 'patient'> {
  version: number
  patient: Patient
  telephoneReason?: TelephoneReason
  toolReason?: string
  cancelReason?: CancelReason
  chain: Step[]
  link?: MeetingLink
  consentDecisions: ConsentDecision[]
  messages: Message[]
  incidents: Incident[]
  prescription?: {
    channel: PrescriptionChannel
    state: 'announced' | 'delivered'
    wantedToday: boolean
    proof?: string
    recordedAt: string
  }
  record?: { transferredAt: string; transferredBy: string; version: string }
  coding?: { state: 'coded' | 'not-billable'; code?: string; label?: string; reason?: string; codedAt: string }
  portal?: { answer: 'open' | 'declined' | 'impossible'; at: string }
  allowed: Action[]
}

export interface Page<T> {
  items: T[]
  next?: string
}

export interface Note {
  text: string
  version: string
  transferredVersion?: string
}

export interface ActivityCode {
  id: string
  code: string
  label: string
  amountCents?: number
  validFrom: string
  validTo?: string
  proposed: boolean
}

export interface HistoryEntry {
  at: string
  actor: { kind: 'patient' | 'staff' | 'system'; name: string }
  action: string
  sentence: string
}

export interface HostAccount {
  tool: Tool
  email: string
  recordedAt: string
}

export interface Finding {
  code: string
  severity: 'error' | 'warning'
  message: string
}

export interface ParsedInvitation {
  tool: Tool | null
  url: string | null
  meetingId: string | null
  passcode: string | null
  topic: string | null
  startsAt: string | null
  findings: Finding[]
}

export interface Violation {
  field: string
  code: string
  message: string
}

export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail?: string
  violations?: Violation[]
  retryAfter?: number
}
