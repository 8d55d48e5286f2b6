/**
 * The one file that screens take the API's types from. They are generated from the server's OpenAPI document
 * (src/api/schema); where that says only "string", the words the product knows are said here, and a narrowing
 * that the server's type does not allow does not compile.
 */
import type * as Api from './schema'

export type {
  ActivityCodes,
  ClosingView as NoteClosing,
  ContactWarning,
  DocumentOrder,
  DraftView as NoteDraft,
  FigureCounts,
  Figures,
  HistoryEntry,
  Mailing,
  Mailings,
  NoteBody as Note,
  PatientIns,
  Pharmacy,
  SentDocument,
  ShownNotice,
  Violation,
  WordingPreviewOutputBody as WordingPreview,
  WordingVersionView as WordingVersion,
} from './schema'

/** G with some of its fields narrowed. */
type Narrow<G, N extends { [K in keyof N]: K extends keyof G ? NonNullable<G[K]> : never }> = {
  [K in keyof G]: K extends keyof N ? N[K] | Extract<G[K], undefined> : G[K]
}

export type Role = Api.MeDepartment['roles'][number]
export type Tool = Api.Reading['tool']
export type ToolOrTelephone = Tool | 'telephone'
export type Modality = Api.Row['modality']
export type TelephoneReason =
  | 'covid'
  | 'age-70'
  | 'ald'
  | 'pregnancy'
  | 'no-broadband'
  | 'no-terminal'
  | 'technical-fallback'
  | 'other'
export type StepCode = Api.StepView['code']
export type Relationship = Api.RepresentativeView['relationship']
export type Language = Api.PatientDetail['language']
export type Protection = Api.PatientDetail['protection']
export type CancelReason = Api.CancelInputBody['reason']
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
export type PrescriptionChannel = Api.PrescriptionInputBody['channel']
export type ChannelProposal = Api.ChannelProposal
export type DeliveryOverview = Api.DeliveryOverview
export type IdentityCheck = NonNullable<Api.DraftView['identityCheck']>
export type MessagePurpose =
  | 'notice'
  | 'consent-reminder'
  | 'invitation'
  | 'link-test'
  | 'reminder'
  | 'delay'
  | 'cancellation'
  | 'prescription-notice'
/** What brings a document goes by ways that nobody chooses. */
export type DocumentPurpose = 'document-link' | 'document-mail' | 'document-password'
/** What a patient can be told by; a document goes by MSSanté, too. */
export type Channel = 'email' | 'sms'
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
  | 'contact'
  | 'delay'
  | 'edit'

export type Department = Narrow<Api.MeDepartment, { tools: Tool[]; secureTools: Tool[] }>
export type Me = Narrow<Api.Me, { departments: Department[] }>
/** The rules of sending, with nothing left out, as the server shows them. */
export interface DeliverySettings extends Required<{ [K in keyof Api.Delivery]: NonNullable<Api.Delivery[K]> }> {
  channels: Partial<Record<MessagePurpose, Channel[]>>
  both: MessagePurpose[]
}
export type DepartmentSettings = Narrow<
  Api.Settings,
  { tools: Tool[]; secureTools: Tool[]; delivery: DeliverySettings }
>
export type ManagedDepartment = Narrow<Api.Overview, { tools: Tool[]; secureTools: Tool[]; delivery: DeliverySettings }>
export type NewDepartment = Narrow<
  Api.NewDepartmentInputBody,
  { tools: Tool[]; secureTools: Tool[]; delivery: DeliverySettings }
>
export type Member = Api.MemberView
export type NewMember = Api.NewMemberInputBody
export type AddedMember = Api.AddedOutputBody
export type Practitioner = Api.Practitioner
export type Colleague = Api.Colleague
export type Representative = Api.RepresentativeView
export type Patient = Api.PatientDetail
export type PatientInput = Api.PatientBody
export type ActivityCode = Api.ActivityCode

export type PlannedInput = Narrow<Api.PlanBody, { telephoneReason: TelephoneReason; tool: Tool }>
export type ScheduleInput = Narrow<Api.ScheduleInputBody, { telephoneReason: TelephoneReason; tool: Tool }>

export type EncounterRow = Narrow<Api.Row, { tool: ToolOrTelephone }>
export type Step = Api.StepView
export type MeetingLink = Narrow<Api.LinkView, { tool: Tool }>
export type ConsentDecision = Narrow<Api.DecisionView, { tool: ToolOrTelephone }>
export type Message = Narrow<Api.MessageView, { purpose: MessagePurpose | DocumentPurpose; word: MessageWord }>
export type Incident = Narrow<Api.Incident, { kind: IncidentKind; consequence: Consequence }>
export type Encounter = Narrow<
  Omit<Api.Detail, 'chain'>,
  {
    tool: ToolOrTelephone
    telephoneReason: TelephoneReason
    cancelReason: CancelReason
    link: MeetingLink
    consentDecisions: ConsentDecision[]
    messages: Message[]
    incidents: Incident[]
    prescription: Narrow<Api.PrescriptionView, { channel: PrescriptionChannel }>
    allowed: Action[]
    contactTask: ContactTask
  }
> & { chain: readonly Step[] }

/** A message with everything that became of it. */
export type MessageTimeline = Narrow<
  Api.MessageTimeline,
  { purpose: MessagePurpose | DocumentPurpose; word: MessageWord }
>
/** A document that waits, or waited, for the patient, encrypted. */
export type Drop = Narrow<
  Api.DropView,
  { link: Narrow<Api.DropMessage, { word: MessageWord }>; password: Narrow<Api.DropMessage, { word: MessageWord }> }
>
export type Drops = Omit<Api.DropsOutputBody, 'items'> & { items: Drop[] }
export type NewDrop = Api.NewDrop
export type CallOutcome = Api.CallView['outcome']

/** Nobody was reached by any message: somebody has to telephone, or to correct an address. */
export type ContactTask = Narrow<Api.TaskView, { purpose: MessagePurpose; channels: Channel[] }>

export type Unreached = Narrow<Api.Unreached, { purpose: MessagePurpose; channels: Channel[] }>
/** What a department's patients are told in one kind of message; version 0 while nobody wrote anything. */
export type Wording = Api.WordingView

export type HostAccount = Narrow<Api.HostAccount, { tool: Tool }>
export type Finding = Narrow<Api.Finding, { severity: 'error' | 'warning' }>
export type ParsedInvitation = Narrow<Omit<Api.Reading, 'tool'>, { findings: Finding[] }> & { tool: Tool | null }

export type BatchField =
  | 'familyName'
  | 'givenName'
  | 'fullName'
  | 'birthDate'
  | 'ipp'
  | 'email'
  | 'mobile'
  | 'language'
  | 'date'
  | 'time'
  | 'duration'
  | 'practitioner'
  | 'modality'
  | 'telephoneReason'
  | 'tool'
  | 'link'
  | 'passcode'
  | 'reference'
  | 'representativeName'
  | 'representativeRelationship'
  | 'representativeEmail'
  | 'representativeMobile'
export type BatchValues = { [F in BatchField]?: string }
export type BatchColumn = Narrow<Api.BatchHead['columns'][number], { field: BatchField }>
export type BatchDefaults = Narrow<Api.BatchDefaults, { telephoneReason: TelephoneReason; tool: Tool }>
export type BatchHead = Narrow<
  Api.BatchHead,
  { checklist: Narrow<Api.BatchChecklist, { tool: Tool }>[]; columns: BatchColumn[]; defaults: BatchDefaults }
>
export type BatchProblem = Narrow<Api.RowProblem, { field: BatchField | 'row' }>
export type BatchOutcome = Narrow<Api.RowOutcome, { link: Narrow<Api.LinkOutcome, { tool: Tool }> }>
export type BatchDelivery = Narrow<Api.RowDelivery, { task: ContactTask }>
export type BatchRow = Narrow<
  Omit<Api.BatchRow, 'values'>,
  { problems: BatchProblem[]; outcome: BatchOutcome; delivery: BatchDelivery }
> & { values: BatchValues }
/** A list of people to be invited, with a part of its rows. */
export type Batch = BatchHead & { rows: BatchRow[]; next?: string }
export type BatchSummary = Api.BatchSummary
/** A row after a correction, and the others whose problems changed with it. */
export type BatchCorrected = Narrow<Api.Corrected, { rows: BatchRow[] }>
/** A list among the newest. */
export type BatchListed = Api.BatchListed
/** A planned consultation whose patient has not been invited. */
export type BatchCandidate = Narrow<Api.Candidate, { tool: ToolOrTelephone; channels: Channel[] }> & {
  told: 'never' | 'failed' | 'unanswered' | 'answered'
}
export type BatchLinks = Api.LinksOutputBody
export type BatchLists = Api.BatchesOutputBody

export type CodingState = Api.CodingRow['state']
/** A state that wants a reason. */
export type ReasonState = 'not-billable' | 'refused' | 'reopened'
export type CodingRow = Narrow<Api.CodingRow, { tool: ToolOrTelephone; telephoneReason: TelephoneReason }>
export type CodingPage = Narrow<Api.CodingPage, { items: CodingRow[] }>
export type CodingExport = Api.CodingExport
export type CodingExports = Api.ExportsOutputBody
/** A row of the hospital's list of activity codes. */
export type ListedCode = Api.ListedCode
export type CodeDraft = Api.CodeDraft
export type Speciality = NonNullable<Api.Settings['speciality']>

/** A part of a list; next is the cursor of what follows. */
export interface Page<T> {
  items: T[]
  next?: string
}

export type Problem = Omit<Api.Problem, 'detail'> & { detail?: string }
