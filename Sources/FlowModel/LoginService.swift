/// A service that asks for a password, by the port it is usually found at.
public enum LoginService: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case ssh
    case telnet
    case ftp
    case remoteDesktop
    case vnc
    case smb
    case remoteManagement
    case directory
    case mail
    case database

    /// The service of a TCP port; nil for ports of services that ask for none, or seldom.
    public init?(port: UInt16) {
        switch port {
        case 22, 2222: self = .ssh
        case 23, 2323: self = .telnet
        case 21: self = .ftp
        case 3389: self = .remoteDesktop
        case 5900...5903: self = .vnc
        case 139, 445: self = .smb
        case 5985, 5986: self = .remoteManagement
        case 389, 636, 3268, 3269: self = .directory
        case 110, 143, 465, 587, 993, 995: self = .mail
        case 1433, 1521, 3306, 5432, 6379, 27017: self = .database
        default: return nil
        }
    }

    /// What a person calls it.
    public var name: String {
        switch self {
        case .ssh: "SSH"
        case .telnet: "Telnet"
        case .ftp: "FTP"
        case .remoteDesktop: "remote desktop"
        case .vnc: "VNC"
        case .smb: "SMB"
        case .remoteManagement: "WinRM"
        case .directory: "LDAP"
        case .mail: "mail"
        case .database: "database"
        }
    }
}
