"""Organizations, their companies (creditors), users and who may do what where."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from encaisse.teams.permissions import Role


class Organization(models.Model):
    """A customer of ours: sees only its own companies, whatever the query (row security)."""

    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    """A creditor: the legal entity that invoices and wants to be paid."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    siren = models.CharField(max_length=9, blank=True)
    country = models.CharField(max_length=2, default="FR")
    currency = models.CharField(max_length=3, default="EUR")
    ibans = ArrayField(models.CharField(max_length=34), default=list, blank=True)
    profile = models.JSONField(default=dict, blank=True)
    """What is printed on letters: legal_form, capital, rcs, vat_id, address, email, phone, bic…"""
    settings = models.JSONField(default=dict, blank=True)
    """What the company chose instead of the defaults: `encaisse.teams.settings`."""
    last_day = models.DateField(null=True, blank=True)
    """The civil date of the last work written: nothing may be dated before it."""

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.code


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """A user who signs in with this address; without a password none works."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="fr")
    theme = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """What a person does in an organization."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(
        max_length=20,
        choices=[
            (Role.OWNER, _("Propriétaire")),
            (Role.MANAGER, _("Responsable")),
            (Role.COLLECTOR, _("Chargé de recouvrement")),
            (Role.ACCOUNTANT, _("Comptable")),
            (Role.READER, _("Lecture")),
        ],
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organization"], name="one_role_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"
