/** The one file that screens take the API's types from, so that their source can change in one place. */
export type * from './contract'
