import { ArrayNotEmpty, IsArray, IsNotEmpty, IsOptional, IsString, IsUrl, Matches } from 'class-validator';

const address = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** Whose tokens a service believes. */
export class IdentityConfig {
  @IsUrl(address)
  oidcIssuer!: string;

  @IsString()
  @IsNotEmpty()
  oidcAudience!: string;

  /** Only signatures with a key pair: a shared secret or `none` would let anyone sign with what is public. */
  @IsArray()
  @ArrayNotEmpty()
  @Matches(/^(RS|ES|PS)(256|384|512)$|^EdDSA$|^Ed25519$/, {
    each: true,
    message: 'must name asymmetric algorithms',
  })
  oidcAlgorithms: string[] = ['RS256', 'ES256', 'PS256'];

  /** Where the keys are; without it the issuer's discovery document says. */
  @IsOptional()
  @IsUrl(address)
  oidcJwksUrl?: string;
}
