import { ArrayNotEmpty, IsArray, IsNotEmpty, IsOptional, IsString, IsUrl, Matches } from 'class-validator';

const address = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** Whose tokens a service accepts. */
export class IdentityConfig {
  /** The OpenID Connect issuer whose tokens are accepted. */
  @IsUrl(address)
  oidcIssuer!: string;

  /** The audience that tokens must name. */
  @IsString()
  @IsNotEmpty()
  oidcAudience!: string;

  /** The signatures that are accepted. Asymmetric algorithms only: with a shared secret or `none`, anyone could sign. */
  @IsArray()
  @ArrayNotEmpty()
  @Matches(/^(RS|ES|PS)(256|384|512)$|^EdDSA$|^Ed25519$/, {
    each: true,
    message: 'must name asymmetric algorithms',
  })
  oidcAlgorithms: string[] = ['RS256', 'ES256', 'PS256'];

  /** Where the keys are; by default the issuer's discovery document says so. */
  @IsOptional()
  @IsUrl(address)
  oidcJwksUrl?: string;
}
