using System.Collections.Frozen;
using System.Reflection;

namespace Steward.Platform.Access;

/// <summary>
/// Every permission of the product and what each role holds. An endpoint names the one it needs; an API key's scopes are these
/// names; a role is nothing but a set of them.
/// </summary>
public static class Permissions
{
    /// <summary>Every caller holds it: to see who one is and to sign out.</summary>
    public const string Self = "self";

    public const string KnowledgeRead = "knowledge.read";
    public const string KnowledgeWrite = "knowledge.write";

    public const string FilesRead = "files.read";
    public const string FilesWrite = "files.write";

    /// <summary>Read the conversations of the tenant that the caller's visibility allows.</summary>
    public const string ConversationsRead = "conversations.read";

    /// <summary>Act as a person in conversations: take over, write, assign, resolve.</summary>
    public const string ConversationsWrite = "conversations.write";

    /// <summary>The contact's side: start a conversation, write as the contact, read it. A visitor may so with its own only.</summary>
    public const string ConversationsConverse = "conversations.converse";

    /// <summary>Erase a contact with everything it said.</summary>
    public const string ContactsErase = "contacts.erase";

    /// <summary>Take out everything that is held of a contact, or the conversations of a time.</summary>
    public const string ContactsExport = "contacts.export";

    public const string AssistantsRead = "assistants.read";
    public const string AssistantsWrite = "assistants.write";
    public const string ChannelsRead = "channels.read";
    public const string ChannelsWrite = "channels.write";
    public const string MembersRead = "members.read";
    public const string MembersWrite = "members.write";
    public const string KeysRead = "keys.read";
    public const string KeysWrite = "keys.write";

    /// <summary>Call models through the gateway, which costs money.</summary>
    public const string ModelsUse = "models.use";

    public const string SpendRead = "spend.read";

    /// <summary>Set budgets, which can make models cheaper or stop them.</summary>
    public const string BudgetsWrite = "budgets.write";

    /// <summary>See why the assistant answered as it did.</summary>
    public const string TracesRead = "traces.read";

    public const string EventsRead = "events.read";

    /// <summary>See and export what members, keys and operators did.</summary>
    public const string AuditRead = "audit.read";

    /// <summary>See which mails wait, left or failed, and to whom; never what is in them.</summary>
    public const string MailRead = "mail.read";

    /// <summary>Send failed mails again.</summary>
    public const string MailWrite = "mail.write";

    /// <summary>See the notices of the kinds one may act on, and say which of them are mailed to oneself.</summary>
    public const string NoticesRead = "notices.read";

    /// <summary>Set the tenant's quiet hours and notice webhook.</summary>
    public const string NoticesWrite = "notices.write";

    public const string TenantRead = "tenant.read";
    public const string TenantWrite = "tenant.write";

    /// <summary>All of them.</summary>
    public static IReadOnlySet<string> All { get; } = NamesIn(typeof(Permissions));

    /// <summary>What a visitor's token allows.</summary>
    public static IReadOnlySet<string> Visitor { get; } = Set(Self, ConversationsConverse);

    /// <summary>
    /// What operators of the installation hold: a set of its own. No role, key or visitor holds any of it, and it opens nothing of a tenant's content.
    /// </summary>
    public static class Operator
    {
        /// <summary>See who one is, sign out, change one's password.</summary>
        public const string Self = "operator.self";

        /// <summary>See which tenants there are.</summary>
        public const string TenantsRead = "operator.tenants.read";

        /// <summary>Create, stop and delete tenants and invite their owners.</summary>
        public const string TenantsWrite = "operator.tenants.write";

        /// <summary>See and export what operators and commands did.</summary>
        public const string AuditRead = "operator.audit.read";

        /// <summary>All of them.</summary>
        public static IReadOnlySet<string> All { get; } = NamesIn(typeof(Operator));
    }

    private static readonly FrozenDictionary<Role, IReadOnlySet<string>> OfRole = new Dictionary<Role, IReadOnlySet<string>>
    {
        [Role.Owner] = All,
        [Role.Admin] = All.Except([TenantWrite]).ToFrozenSet(),
        [Role.Agent] = Set(
            Self, KnowledgeRead, KnowledgeWrite, ConversationsRead, ConversationsWrite, AssistantsRead, ChannelsRead, MembersRead,
            TracesRead, NoticesRead, TenantRead, FilesRead, FilesWrite),
        [Role.Viewer] = Set(
            Self, KnowledgeRead, ConversationsRead, AssistantsRead, ChannelsRead, MembersRead, TracesRead, NoticesRead, TenantRead, FilesRead),
    }.ToFrozenDictionary();

    /// <summary>What a role holds.</summary>
    public static IReadOnlySet<string> Of(Role role) => OfRole[role];

    private static FrozenSet<string> NamesIn(Type list) => list
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral)
        .Select(field => (string)field.GetRawConstantValue()!)
        .ToFrozenSet();

    private static FrozenSet<string> Set(params string[] permissions) => permissions.ToFrozenSet();
}

/// <summary>A member's role in a tenant, from most to least.</summary>
public enum Role
{
    /// <summary>Everything, the tenant itself included. A tenant always has one.</summary>
    Owner,

    /// <summary>Everything but the tenant itself and its owners.</summary>
    Admin,

    /// <summary>Works with conversations and knowledge.</summary>
    Agent,

    /// <summary>Looks and changes nothing.</summary>
    Viewer,
}
