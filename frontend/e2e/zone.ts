/**
 * French hospitals around the world. It is day in one of them at any hour: a consultation that is planned for soon is
 * one of today there, whenever the tests run.
 */
const zones = ['Europe/Paris', 'America/Martinique', 'Indian/Reunion', 'Pacific/Noumea', 'Pacific/Tahiti']

function hour(zone: string): number {
  return Number(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format())
}

/** The demo hospital's zone, the same in the server, in the browser and in the tests of one run. */
export function hospitalZone(): string {
  const zone = process.env.DEMO_TIMEZONE ?? zones.find((one) => hour(one) >= 7 && hour(one) < 18) ?? 'Europe/Paris'
  process.env.DEMO_TIMEZONE = zone // for the other processes of this run
  return zone
}
