import { Icon } from './icon'

export function FieldError({ id, text }: { id: string; text: string | undefined }) {
  return (
    <p id={id} class="error" hidden={!text}>
      {text && <Icon name="circle-alert" />}
      <span>{text}</span>
    </p>
  )
}
