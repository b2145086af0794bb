import { Type } from 'class-transformer';
import { IsArray, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';

/** It stands in paths: nothing that leads elsewhere. */
const PLAIN_ID = /^(?!\.{1,2}$)[^/?#%\\\s]{1,64}$/;

/** TMF641 v4.1, as far as it is read; what else a carrier sends is ignored. */
export class ErrorMessage {
  @IsOptional() @IsString() code?: string;
  @IsOptional() @IsString() reason?: string;
  @IsOptional() @IsString() message?: string;
}

export class ServiceOrderMilestone {
  @IsOptional() @IsString() name?: string;
}

export class ServiceOrderItem {
  @IsString() id!: string;
  @IsOptional() @IsString() state?: string;
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ErrorMessage)
  errorMessage?: ErrorMessage[];
}

export class ExternalReference {
  @IsString() name!: string;
}

export class ServiceOrder {
  @Matches(PLAIN_ID) id!: string;
  @IsOptional() @IsString() externalId?: string;
  @IsOptional() @IsString() state?: string;
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ServiceOrderItem)
  serviceOrderItem?: ServiceOrderItem[];
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ServiceOrderMilestone)
  milestone?: ServiceOrderMilestone[];
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ErrorMessage)
  errorMessage?: ErrorMessage[];
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ExternalReference)
  externalReference?: ExternalReference[];
}

export class ServiceOrderRef {
  @IsString() id!: string;
}

export class CancelServiceOrder {
  @IsString() id!: string;
  @IsOptional() @IsString() state?: string;
  @IsOptional() @IsString() cancellationReason?: string;
  @IsOptional() @ValidateNested() @Type(() => ErrorMessage) errorMessage?: ErrorMessage;
  @ValidateNested() @Type(() => ServiceOrderRef) serviceOrder!: ServiceOrderRef;
}

export class EventSubscription {
  @Matches(PLAIN_ID) id!: string;
}

/** Of an event's payload: the whole resource, or (MEF) its id alone. */
class EventPayload {
  @IsOptional() @IsString() id?: string;
  @IsOptional() @ValidateNested() @Type(() => ServiceOrderRef) serviceOrder?: ServiceOrderRef;
  @IsOptional() @ValidateNested() @Type(() => CancelServiceOrder) cancelServiceOrder?: CancelServiceOrder;
}

export class ServiceOrderEvent {
  @IsString() eventId!: string;
  @IsString() eventType!: string;
  @ValidateNested() @Type(() => EventPayload) event!: EventPayload;
}
