"""How a signature is computed over a SHA-256 digest."""

from enum import StrEnum


class SignatureAlgorithm(StrEnum):
    """What a signing service does with the key, and so what the bytes of a signature mean."""

    ECDSA_SHA256 = "ecdsa_sha256"
    """r and s, each as long as the curve's order, one after the other (RFC 4050; not DER)."""
    RSA_SHA256 = "rsa_sha256"
    """RSASSA-PKCS1-v1_5."""
    RSA_PSS_SHA256 = "rsa_pss_sha256"
    """RSASSA-PSS with MGF1 over SHA-256 and a salt of 32 bytes."""
